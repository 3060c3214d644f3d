// file: parts/next_unknown.json
// expect-error: A: setNextRequest: there is no request named "Z"
// note: what runs is the collection
