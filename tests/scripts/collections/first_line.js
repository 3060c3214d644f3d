// file: parts/first_line.json
// expect-error: parts/first_line.json: Es5 (prerequest):1:3: ReferenceError
// note: what runs is the collection
