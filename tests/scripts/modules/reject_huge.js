// expect-init-error: xxxxxxxxxx (no Error; the last top-level await before it stands here)
setInterval(() => {}, 1);
await Promise.reject('x'.repeat(3000000));
export default function () {}
