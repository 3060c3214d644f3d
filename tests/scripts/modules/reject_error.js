// expect-init-error: reject_error.js:5:9: TypeError: cannot begin
const wait = () => new Promise((resolve) => setTimeout(resolve, 1));
await wait();
async function begin() { await wait();
  throw new TypeError('cannot begin'); }
await begin();
export default function () {}
