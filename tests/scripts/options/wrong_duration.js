// args: --vus 1
// expect-init-error: options.duration
export const options = { duration: 'soon' };
export default function () {}
