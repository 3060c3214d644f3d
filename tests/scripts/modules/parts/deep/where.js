export const url = import.meta.url;
export const resolved = import.meta.resolve('./hello.txt');
export const text = open('./hello.txt');
await new Promise((resolve) => setTimeout(resolve, 1));
export const late = open('../hello.txt');
