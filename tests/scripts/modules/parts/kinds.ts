export type Kind = 'set';
export const kind: Kind = await Promise.resolve('set');
