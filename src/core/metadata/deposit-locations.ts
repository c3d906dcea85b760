/** Where is the dataset about? Places and points; Zenodo's deposit metadata has no boxes, those are left out. */

import type { MetadataEntry } from '../manifest/manifest-metadata.ts'
import { defined, filled, plainText } from './deposit-text.ts'

type GeoLocation = MetadataEntry<'geoLocations'>

/** `lat` and `lon` are degrees, both or none. */
export interface DepositLocation {
  readonly place: string
  readonly lat?: number | undefined
  readonly lon?: number | undefined
}

/**
 * Locations in their order. Every one has a place, because Zenodo answers one without with 500; a point without name
 * says its coordinates there, so they stay readable even where Zenodo drops a coordinate of 0
 * (zenodo-rdm, legacy/deserializers/metadata.py).
 */
export function depositLocations(locations: readonly GeoLocation[]): readonly DepositLocation[] {
  return locations.flatMap((location) => {
    const named = filled(plainText(location.geoLocationPlace ?? ''))
    const point = pointOf(location)
    const place = named ?? (point && `Latitude ${point.lat}, longitude ${point.lon}`)
    return place === undefined ? [] : [defined({ place, lat: point?.lat, lon: point?.lon })]
  })
}

function pointOf({ geoLocationPoint }: GeoLocation): { readonly lat: number; readonly lon: number } | undefined {
  const lat = geoLocationPoint?.pointLatitude ?? Number.NaN
  const lon = geoLocationPoint?.pointLongitude ?? Number.NaN
  return Math.abs(lat) <= 90 && Math.abs(lon) <= 180 ? { lat, lon } : undefined
}
