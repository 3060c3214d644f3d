// run: cli
// args: --workers 1
// expect-init-error: options.duration and options.scenarios cannot be combined
export const options = { duration: '1s', scenarios: { one: { executor: 'shared-iterations' } } };
export default function () {}
