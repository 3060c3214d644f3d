// expect-init-error: options.systemTags[1]: expected proto, subproto, status
// expect-output: got "statuss", did you mean 'status'?
export const options = { systemTags: ['url', 'statuss'] };
export default function () {}
