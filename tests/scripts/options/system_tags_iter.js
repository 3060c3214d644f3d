// expect-output: options.systemTags: vu has no effect: samples are aggregated
// expect-output: options.systemTags: iter has no effect
export const options = { systemTags: ['vu', 'iter', 'status'] };
export default function () {}
