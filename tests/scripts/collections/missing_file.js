// file: parts/missing_file.json
// expect-init-error: no-such-file.bin
// note: what runs is the collection
