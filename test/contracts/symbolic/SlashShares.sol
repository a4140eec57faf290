// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {EquivocationModule} from "../../../contracts/EquivocationModule.sol";
import {IProviderRegistry} from "../../../contracts/interfaces/IProviderRegistry.sol";
import {Shares} from "./Shares.sol";

/// @notice What a slash takes and who has it, for all stakes, amounts and rates.
contract SlashShares is Shares {
    uint16 private constant MAX_BENEFICIARY_BPS = 1_000;

    struct Slash {
        address provider;
        uint128 amount;
        address beneficiary;
        uint16 beneficiaryBps;
        bytes32 caseId;
    }

    EquivocationModule private equivocation;

    function setUp() public {
        deployCore();
        svm.enableSymbolicStorage(address(registry));
        bytes memory arguments = abi.encode(registry, uint40(30 days));
        equivocation = EquivocationModule(deploy("EquivocationModule.sol:EquivocationModule", arguments));
    }

    function check_slash_takesTheAmountOrAllThereIs(Slash calldata terms) external {
        uint256 held = heldBy(terms.provider);
        uint256 slashed = slash(terms);
        assert(slashed == (terms.amount < held ? terms.amount : held));
    }

    function check_slash_isWhatTheProviderLoses(Slash calldata terms) external {
        uint256 held = heldBy(terms.provider);
        uint256 slashed = slash(terms);
        assert(heldBy(terms.provider) + slashed == held);
    }

    function check_slash_beneficiaryHasItsRate(Slash calldata terms) external {
        vm.assume(terms.beneficiary != registry.treasury());
        uint256 before = registry.creditOf(terms.beneficiary);
        uint256 slashed = slash(terms);
        vm.assume(isAtMostTheAmount(slashed, terms.beneficiaryBps));
        unchecked {
            uint256 gain = registry.creditOf(terms.beneficiary) - before;
            assert(gain == shareOf(slashed, terms.beneficiaryBps));
        }
    }

    function check_slash_treasuryHasTheRest(Slash calldata terms) external {
        address treasury = registry.treasury();
        vm.assume(terms.beneficiary != treasury);
        uint256 before = registry.creditOf(treasury);
        uint256 slashed = slash(terms);
        vm.assume(isAtMostTheAmount(slashed, terms.beneficiaryBps));
        unchecked {
            uint256 gain = registry.creditOf(treasury) - before;
            assert(gain == slashed - shareOf(slashed, terms.beneficiaryBps));
        }
    }

    function check_slash_ofATreasuryThatBenefitsIsCreditedWhole(Slash calldata terms) external {
        vm.assume(terms.beneficiary == registry.treasury());
        uint256 before = registry.creditOf(terms.beneficiary);
        uint256 slashed = slash(terms);
        unchecked {
            assert(registry.creditOf(terms.beneficiary) - before == slashed);
        }
    }

    function check_equivocation_costsTheDearerOfItsTwoMeasures(address provider, uint128 charged) external view {
        IProviderRegistry.StakeAccount memory account = registry.accountOf(provider);
        uint256 ofStake = shareOf(uint256(account.stake) + account.thawing, 500);
        uint256 ofCharge = uint256(charged) * 10;
        uint256 dearer = ofStake > ofCharge ? ofStake : ofCharge;
        uint256 most = type(uint128).max;
        assert(equivocation.slashAmount(provider, charged) == (dearer < most ? dearer : most));
    }

    function check_equivocation_findersPartIsWithinTheCap() external view {
        assert(equivocation.FINDER_BPS() == MAX_BENEFICIARY_BPS);
    }

    function refute_slash_treasuryHasAllOfIt(Slash calldata terms) external {
        address treasury = registry.treasury();
        vm.assume(terms.beneficiary != treasury);
        uint256 before = registry.creditOf(treasury);
        uint256 slashed = slash(terms);
        unchecked {
            assert(registry.creditOf(treasury) - before == slashed);
        }
    }

    function slash(Slash calldata terms) private returns (uint256 slashed) {
        return registry.slash(
            terms.provider, terms.amount, terms.beneficiary, terms.beneficiaryBps, terms.caseId
        );
    }

    function heldBy(address provider) private view returns (uint256 sum) {
        IProviderRegistry.StakeAccount memory account = registry.accountOf(provider);
        return uint256(account.stake) + account.thawing;
    }
}
