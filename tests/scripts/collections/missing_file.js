// file: parts/missing_file.json
// expect-init-error: Error: Up: open: cannot read 'no-such-file.bin'
// note: what runs is the collection
