import { paperHarness } from './paper-harness.ts'
import { describeVenueContract } from './venue-contract.ts'

describeVenueContract(paperHarness, ['l2', 'l1', 'trades'])
