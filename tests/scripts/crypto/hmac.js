// note: values of another implementation (Python's hmac)
// expect-checks: 100%
import crypto from 'k6/crypto';
const known = {
  md5: ['4755fa9f2d3a95708d1107dc52453a65', '515e7aa3dfe19fa400aa53ecd941dbf7'],
  sha1: ['86631912c12989f05108ed6720d330d9aa04e2d8', '1c3b59a0d36165825df164fb946a9f39860961c4'],
  sha224: ['71db51e737691387d7b5cf3715c61a314b98b84ec1876bcb9856ac7e', '07c6a748760ad80c17548a20aadb93f9a989f9c9abb1acc36d433819'],
  sha256: ['547839bdd88723731cd86da852ce08a0847989b3559b4a60d9f5541c71a71889', '9f963c0f7b76c34dba9ace15c58f19ddbd977419234c2afe8b38fab124bcc90b'],
  sha384: ['cfd484446177c2a320c7b808505fb9da8cc200d8e70d51e7234644d1703b3a38e71c41ac158577801a1d8f635b5babfe', '383137d31181fa5754a49f5ce3197721d4a0af33fe82483797a485849b20a2fea48d90d605f415a4ac8df136eb83656c'],
  sha512: ['180dcb7c3b74518220aa611d306cc13309bcb38f925a6fa12043d2cf953b1bdf780a31307ccd054fd4239ab65e8ec4b4b433af2cf192a0215e25d2e53248d93b', '52b20a4b62fd938522ea4ce78636800ba62eb5349fa51562db04fd9d67c9deb2c194065f161ae00c9b0198e6e7804b63e0967f9b32e70faad00a97a30209e1d9'],
  sha512_224: ['523a5e398d4e22aab70b6d35d8f9f2a971b05bb0ccbdfad8026a805f', 'c0191d1ab1e9ce3cc4dfcca1bd049ffa88d51aed8754614079866b83'],
  sha512_256: ['d47b8a7cf2a686b3b1612b2e18f1b6335bbde50381e6444986946642dbbcb24d', '0c1efc0db7f7f8a2dc6c5342968397dcf5fc88e38dddbb75fd2391e61660af13'],
  ripemd160: ['1887c0ad5083d2ade201e967385e10d248f71bd4', '81baa644dcde4ff1095e00d66d79785f2e027f58'],
};
export default function () {
  const long = 'k'.repeat(200);
  for (const name of Object.keys(known)) {
    check(crypto.hmac, {
      [name]: (f) => f(name, 'secret', 'hello world ✓', 'hex') === known[name][0],
      [`${name} long secret`]: (f) => f(name, long, 'hello world ✓', 'hex') === known[name][1],
      [`${name} in pieces`]: () => {
        const hasher = crypto.createHMAC(name, 'secret');
        hasher.update('hello world ');
        hasher.update('✓');
        return hasher.digest('hex') === known[name][0];
      },
    });
  }
  check(crypto, { 'empty secret': (c) => c.hmac('sha256', '', '', 'hex') === 'b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad' });
}
