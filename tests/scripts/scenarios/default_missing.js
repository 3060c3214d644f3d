// run: cli
// args: --workers 1
// expect-init-error: the script exports no default function
export const options = { scenarios: { one: { executor: 'shared-iterations' } } };
export function browse() {}
