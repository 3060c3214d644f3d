// expect-init-error: setTimeout: not available in the init stage
setTimeout(() => {}, 1);
export default function () {}
