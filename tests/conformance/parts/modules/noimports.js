globalThis.setByNoImports = await Promise.resolve('set');
