// args: --throw=maybe
// run: cli
// expect-init-error: --throw
export default function () {}
