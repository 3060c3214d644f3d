// file: parts/broken.json
// expect-init-error: parts/broken.json:3: not valid JSON
// note: what runs is the collection
