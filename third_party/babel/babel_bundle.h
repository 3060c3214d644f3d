/* Babel as bytecode of the Duktape that it is linked with.
 *
 * A function that fills the object it is given with `convert(code, isModule)`; src/converter.js says what that
 * returns. Bytecode is made at build time by the same Duktape: loading it is some 15 times faster than compiling. */
#ifndef THIRD_PARTY_BABEL_BABEL_BUNDLE_H_
#define THIRD_PARTY_BABEL_BABEL_BUNDLE_H_

#ifdef __cplusplus
extern "C" {
#endif

extern const unsigned char mk_babel_bytecode[];
extern const unsigned char mk_babel_bytecode_end[];

/* SHA-256 of the bundle's text, in hexadecimal: changes with Babel, the plugins and their options. */
extern const char mk_babel_version[];

#ifdef __cplusplus
}
#endif

#endif /* THIRD_PARTY_BABEL_BABEL_BUNDLE_H_ */
