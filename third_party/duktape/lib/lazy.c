/* The long tail of the library in JavaScript. A built-in of magic n compiles text n when it is first called in a heap
 * and keeps the function in the heap stash; a heap that does not use it pays nothing. */
#include "third_party/duktape/lib/mkjs.h"

#define KEY_LAZY DUK_HIDDEN_SYMBOL("mkLazy")

static const char* const sources[] = {
    /* 0: Object.groupBy */
    "function(items,fn){'use strict';var r=Object.create(null);Array.from(items).forEach(function(x,i){"
    "var k=fn(x,i);if(typeof k!=='symbol')k=String(k);(r[k]||(r[k]=[])).push(x)});return r}",
    /* 1: Map.groupBy */
    "function(items,fn){'use strict';var m=new Map();Array.from(items).forEach(function(x,i){"
    "var k=fn(x,i),g=m.get(k);if(g)g.push(x);else m.set(k,[x])});return m}",
    /* 2: structuredClone */
    "function(value){'use strict';var seen=new Map();function fail(what){"
    "var e=new Error(what+' could not be cloned');e.name='DataCloneError';throw e}"
    "function copy(v){var r,t;if(typeof v==='symbol')fail('symbol');if(typeof v==='function')fail('function');"
    "if(v===null||typeof v!=='object')return v;if(seen.has(v))return seen.get(v);"
    "t=Object.prototype.toString.call(v).slice(8,-1);"
    "if(t==='Date')r=new Date(+v);else if(t==='RegExp')r=new RegExp(v.source,v.flags);"
    "else if(t==='Boolean'||t==='Number'||t==='String')r=Object(v.valueOf());"
    "else if(t==='ArrayBuffer')r=v.slice(0);"
    "else if(t==='DataView')r=new DataView(copy(v.buffer),v.byteOffset,v.byteLength);"
    "else if(ArrayBuffer.isView(v))r=new v.constructor(copy(v.buffer),v.byteOffset,v.length);"
    "if(r){seen.set(v,r);return r}"
    "if(v instanceof Map){r=new Map();seen.set(v,r);v.forEach(function(x,k){r.set(copy(k),copy(x))});return r}"
    "if(v instanceof Set){r=new Set();seen.set(v,r);v.forEach(function(x){r.add(copy(x))});return r}"
    "if(v instanceof Promise||v instanceof WeakMap||v instanceof WeakSet)fail(t);"
    "if(v instanceof Error){r=Object.create(Object.getPrototypeOf(v));seen.set(v,r);"
    "['name','message','stack','cause'].forEach(function(k){if(Object.hasOwn(v,k))Object.defineProperty(r,k,"
    "{value:copy(v[k]),writable:true,configurable:true})});return r}"
    "r=Array.isArray(v)?[]:{};seen.set(v,r);if(Array.isArray(v))r.length=v.length;"
    "Object.keys(v).forEach(function(k){r[k]=copy(v[k])});return r}return copy(value)}",
    /* 3: Promise.withResolvers */
    "function(){'use strict';var r={};r.promise=new this(function(a,b){r.resolve=a;r.reject=b});return r}",
    /* 4: Set.prototype.union */
    "function(o){'use strict';var r=new Set(this),i=o.keys(),n;while(!(n=i.next()).done)r.add(n.value);return r}",
    /* 5: Set.prototype.intersection */
    "function(o){'use strict';var r=new Set();this.forEach(function(x){if(o.has(x))r.add(x)});return r}",
    /* 6: Set.prototype.difference */
    "function(o){'use strict';var r=new Set();this.forEach(function(x){if(!o.has(x))r.add(x)});return r}",
    /* 7: Set.prototype.symmetricDifference */
    "function(o){'use strict';var t=this,r=new Set(t),i=o.keys(),n;while(!(n=i.next()).done)"
    "if(t.has(n.value))r.delete(n.value);else r.add(n.value);return r}",
    /* 8: Set.prototype.isSubsetOf */
    "function(o){'use strict';return Array.from(this).every(function(x){return o.has(x)})}",
    /* 9: Set.prototype.isSupersetOf */
    "function(o){'use strict';var i=o.keys(),n;while(!(n=i.next()).done)if(!this.has(n.value))return false;return "
    "true}",
    /* 10: Set.prototype.isDisjointFrom */
    "function(o){'use strict';return !Array.from(this).some(function(x){return o.has(x)})}",
    /* 11: Proxy.revocable; every trap asks first whether the proxy still lives */
    "function(target,handler){'use strict';var live=true,own={};"
    "['get','set','has','deleteProperty','ownKeys','apply','construct','getOwnPropertyDescriptor','defineProperty',"
    "'getPrototypeOf','setPrototypeOf','isExtensible','preventExtensions'].forEach(function(name){"
    "Object.defineProperty(own,name,{get:function(){if(!live)throw new TypeError('the proxy has been revoked');"
    "var trap=handler[name];return typeof trap==='function'?trap.bind(handler):Reflect[name]}})});"
    "return {proxy:new Proxy(target,own),revoke:function(){live=false}}}",
    /* 12: Error.captureStackTrace */
    "function(target){'use strict';var e=new Error(target.message);"
    "if(target.name!==undefined)e.name=target.name;"
    "Object.defineProperty(target,'stack',{value:e.stack,writable:true,configurable:true})}",
};

/* Pushes function `n`. */
static void push_lazy(duk_context* ctx, int n) {
  duk_push_heap_stash(ctx);
  if (!duk_get_prop_literal(ctx, -1, KEY_LAZY)) {
    duk_pop(ctx);
    duk_push_object(ctx);
    duk_dup_top(ctx);
    duk_put_prop_literal(ctx, -3, KEY_LAZY);
  }
  if (!duk_get_prop_index(ctx, -1, (duk_uarridx_t)n)) {
    duk_pop(ctx);
    duk_compile_string(ctx, DUK_COMPILE_FUNCTION, sources[n]);
    duk_dup_top(ctx);
    duk_put_prop_index(ctx, -3, (duk_uarridx_t)n);
  }
  duk_remove(ctx, -2);
  duk_remove(ctx, -2);
}

duk_ret_t mkjs_lazy(duk_context* ctx) {
  duk_idx_t n_args = duk_get_top(ctx);

  duk_require_stack(ctx, 8);
  push_lazy(ctx, duk_get_current_magic(ctx));
  duk_insert(ctx, 0);
  duk_push_this(ctx);
  duk_insert(ctx, 1);
  duk_call_method(ctx, n_args);
  return 1;
}
