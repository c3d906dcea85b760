/** What do the scripts of the console add? Pages that come without a reload, keys, and pages that follow what happens. Everything works without them. */
import { addKeys } from './keys.js'
import { addLive } from './live.js'
import { addSelection } from './selection.js'
import { config } from './turbo.js'

// its bar would need a style of its own, which the service does not allow: the sheet shows one
config.drive.progressBarDelay = 1e9
addKeys()
addSelection()
addLive()
