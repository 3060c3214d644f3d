console.log('lazy runs in VU', __VU);
export const seven = 7;
