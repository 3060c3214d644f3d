export const log = [];
export const tick = (turns = 3) => { let p = Promise.resolve(); for (let i = 0; i < turns; i++) p = p.then(() => {}); return p; };
