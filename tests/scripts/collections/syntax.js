// file: parts/syntax.json
// expect-init-error: parts/syntax.json: F / Bad (test):2:11
// note: what runs is the collection
