// file: parts/bad_url.json
// expect-init-error: parts/bad_url.json: F / R: request.url: expected text or an object, got a number
// note: what runs is the collection
