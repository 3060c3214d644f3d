// file: parts/no_requests.json
// expect-init-error: parts/no_requests.json: the collection has no request
// note: what runs is the collection
