// file: parts/request_changed.json
// expect: {"x":"1","y":"2"} value undefined new value
// expect: POST /post value new value
// note: what runs is the collection
