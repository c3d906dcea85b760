export async function run(): Promise<{ text: string }> {
  return { text: 'x' }
}
