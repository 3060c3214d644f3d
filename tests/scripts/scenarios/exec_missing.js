// run: cli
// args: --workers 1
// expect-init-error: options.scenarios.one.exec: expected an exported function of the script, got "brows", did you mean 'browse'?
export const options = { scenarios: { one: { executor: 'shared-iterations', exec: 'brows' } } };
export function browse() {}
