import { replayHarness } from './replay-harness.ts'
import { describeVenueContract } from './venue-contract.ts'

describeVenueContract(replayHarness, ['l2', 'l1', 'trades', 'bars'])
