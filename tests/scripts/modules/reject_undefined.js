// expect-init-error: reject_undefined.js:3:1: undefined (no Error; the last top-level await before it stands here)
const reason = undefined;
await Promise.reject(reason);
export default function () {}
