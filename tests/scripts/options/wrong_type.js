// args: --iterations 1
// expect-init-error: options.vus
export const options = { vus: 'many' };
export default function () {}
