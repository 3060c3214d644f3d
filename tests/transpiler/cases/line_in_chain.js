// error: boom in chain
// error-line: 8
const list = [1, 2, 3];
const result = list
  .map((v) => v + 1)
  .filter((v) => v > 2)
  .map((v) => {
    throw new Error('boom in chain');
  })
  .map((v) => v);
