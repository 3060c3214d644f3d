// expect: ReferenceError CryptoJS of Postman's sandbox is not available here: use require('k6/crypto')
// expect: Error pm.require: packages are not fetched, not even "npm:x"
try { CryptoJS.MD5('x'); } catch (e) { mk.log(e.name, e.message); }
try { pm.require('npm:x'); } catch (e) { mk.log(e.name, e.message); }
