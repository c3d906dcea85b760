/** Where does a key to sign in once lead? */

/** @param base origin of the console */
export function signInAddress(base: string, key: string): string {
  return `${base}/sign-in/link?key=${key}`
}
