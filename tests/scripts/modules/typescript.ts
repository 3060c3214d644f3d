// expect: typed 3 1 set
interface Settings { size: number; }
enum Color { Red = 1 }
const settings: Settings = await Promise.resolve({ size: 3 } as Settings);
class Box { constructor(readonly size: number) {} }
const type = (await import('./parts/kinds')).kind as string;
export default function (): void { console.log('typed', new Box(settings.size).size, Color.Red, type); }
