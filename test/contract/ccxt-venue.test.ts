/** What each market of the live venue lacks is rejected in so many words; everything else is as at every venue. */
import { ccxtHarness } from './ccxt-harness.ts'
import { lacksOf } from './ccxt-lacks.ts'
import { describeVenueContract } from './venue-contract.ts'

describeVenueContract(ccxtHarness('spot', lacksOf('spot')), ['l2'])
describeVenueContract(ccxtHarness('linear', lacksOf('linear')), ['l2'])
