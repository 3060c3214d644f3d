await Promise.resolve('this one does');
if (globalThis) {
  await new Promise(() => {});
}
