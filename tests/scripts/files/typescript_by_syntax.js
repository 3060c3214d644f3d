// expect: typed 6 Error typescript_by_syntax.js:9:27
// note: TypeScript in a file named .js
interface Item { id: number; label?: string }
const items: Array<Item> = [{ id: 1 }, { id: 2, label: 'x' } as Item];
const total = <T extends { id: number }>(list: T[]): number => list.reduce((sum, x) => sum + x.id, 0);
export default function (): void {
  let where: string = '';
  class Thing { constructor(private readonly n: number) {}
    fail(): never { throw new Error(`${this.n}`); } }
  try { new Thing(3).fail(); } catch (e: any) { where = /typescript_by_syntax\.js:\d+:\d+/.exec(e.stack)![0]; }
  console.log('typed', total(items)! * 2, 'Error', where);
}
