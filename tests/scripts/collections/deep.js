// file: parts/deep.json
// expect-init-error: folders nest more than 40 deep
// note: what runs is the collection
