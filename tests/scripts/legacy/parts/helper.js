exports.sum = (a, b) => `helper saw mk: ${typeof mk.http.get} ${a + b}`;
