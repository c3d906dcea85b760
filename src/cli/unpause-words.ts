/** How does somebody at the command line let the worker claim again? */
export const unpauseWords = '`zenodo-replicator unpause` lets it go on'
