// expect: true true HttpError 503: overloaded
// expect: HttpError: overloaded
// expect: 3 3 true true
class HttpError extends Error {
  constructor(status, message) {
    super(message);
    this.name = 'HttpError';
    this.status = status;
  }
  describe() { return `${this.name} ${this.status}: ${this.message}`; }
}
try {
  throw new HttpError(503, 'overloaded');
} catch (e) {
  print(e instanceof HttpError, e instanceof Error, e.describe());
  print(String(e));
}
class Stack extends Array {
  top() { return this[this.length - 1]; }
}
const s = new Stack();
s.push(1, 2, 3);
print(s.top(), s.length, s instanceof Array, s instanceof Stack);
