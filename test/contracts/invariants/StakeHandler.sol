// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SignedBy} from "./SignedBy.sol";

/// @notice Stake that comes, backs, thaws, is slashed and leaves.
abstract contract StakeHandler is SignedBy {
    uint256 private cases;

    function stake(uint256 seed) external {
        seed = mixed(seed);
        address provider = providers[seed % PROVIDERS].addr;
        address from = (seed >> 8) & 1 == 0 ? provider : payer(seed >> 16).addr;
        uint128 amount = uint128(1 + (seed >> 32) % 100e6);
        vm.assume(wallet[from] >= amount && tokenServes(from));
        vm.prank(from);
        registry.stake(provider, amount);
        moved(from, address(registry), amount);
        staked[provider] += amount;
    }

    function requestUnstake(uint256 seed) external {
        seed = mixed(seed);
        address provider = providers[seed % PROVIDERS].addr;
        uint256 bound_ = exposureOf(provider);
        vm.assume(staked[provider] > bound_);
        uint128 amount = uint128(bound(seed >> 8, 1, staked[provider] - bound_));
        vm.prank(provider);
        registry.requestUnstake(amount);
        staked[provider] -= amount;
        thawing[provider] += amount;
        thawEnd[provider] = vm.getBlockTimestamp() + THAW_PERIOD;
    }

    function withdrawStake(uint256 seed) external {
        seed = mixed(seed);
        address provider = providers[seed % PROVIDERS].addr;
        address to = (seed >> 8) & 1 == 0 ? provider : treasury;
        vm.assume(thawing[provider] > 0 && vm.getBlockTimestamp() >= thawEnd[provider] && tokenServes(to));
        vm.prank(provider);
        registry.withdrawStakeTo(to);
        moved(address(registry), to, thawing[provider]);
        (thawing[provider], thawEnd[provider]) = (0, 0);
    }

    function slash(uint256 seed) external {
        seed = mixed(seed);
        vm.assume(seed % 4 == 0);
        address provider = providers[(seed >> 8) % PROVIDERS].addr;
        address finder = payer(seed >> 16).addr;
        uint128 amount = uint128((seed >> 32) % 60e6);
        uint16 finderBps = uint16((seed >> 128) % (registry.MAX_BENEFICIARY_BPS() + 1));
        vm.prank(slashModule);
        uint128 taken = registry.slash(provider, amount, finder, finderBps, bytes32(++cases));
        bookSlash(provider, amount, taken);
        uint256 toFinder = (uint256(taken) * finderBps) / 10_000;
        credits[finder] += toFinder;
        credits[treasury] += taken - toFinder;
    }

    function withdrawCredit(uint256 seed) external {
        seed = mixed(seed);
        address account = seed & 1 == 0 ? treasury : payer(seed >> 1).addr;
        vm.assume(credits[account] > 0 && tokenServes(account));
        vm.prank(account);
        registry.withdrawCredit(account);
        moved(address(registry), account, credits[account]);
        credits[account] = 0;
    }

    /// @dev Once per pair and for good; the campaign gives each key a single life.
    function revokeServiceKey(uint256 seed) external {
        seed = mixed(seed);
        uint256 index = seed % PROVIDERS;
        vm.assume(voiceRevokedAt[serviceKeys[index].addr] == 0 && (seed >> 8) % 4 == 0);
        vm.prank(providers[index].addr);
        registry.revokeServiceKey(serviceKeys[index].addr);
        voiceRevokedAt[serviceKeys[index].addr] = vm.getBlockTimestamp();
    }

    function strangerTouchesStake(uint256 seed) external {
        seed = mixed(seed);
        address victim = providers[(seed >> 8) % PROVIDERS].addr;
        uint256 kind = seed % 8;
        if (kind == 0) refuse(address(registry), attacker.addr, "slash", abi.encodeCall(registry.slash, (victim, 1e6, attacker.addr, 1_000, bytes32(seed))));
        if (kind == 1) {
            address key = serviceKeys[(seed >> 16) % PROVIDERS].addr;
            refuse(address(registry), attacker.addr, "revokeServiceKey", abi.encodeCall(registry.revokeServiceKey, (key)));
        }
        if (kind == 2) {
            refuse(address(registry), attacker.addr, "cancelModule", abi.encodeCall(registry.cancelModule, (slashModule)));
        }
        if (kind == 3) refuse(address(registry), attacker.addr, "withdrawStakeTo", abi.encodeCall(registry.withdrawStakeTo, (attacker.addr)));
        if (kind == 4) refuse(address(registry), attacker.addr, "withdrawCredit", abi.encodeCall(registry.withdrawCredit, (attacker.addr)));
        if (kind == 5) refuse(address(registry), attacker.addr, "requestUnstake", abi.encodeCall(registry.requestUnstake, (1)));
        if (kind == 6) refuse(address(registry), attacker.addr, "scheduleModule", abi.encodeCall(registry.scheduleModule, (attacker.addr)));
        if (kind == 7) refuse(address(registry), attacker.addr, "setTreasury", abi.encodeCall(registry.setTreasury, (attacker.addr)));
    }

    /// @dev The right caller, who asks for what it may not have: a case twice, stake too early, stake that is bound.
    function overreachesStake(uint256 seed) external {
        seed = mixed(seed);
        address provider = providers[(seed >> 8) % PROVIDERS].addr;
        uint256 kind = seed % 4;
        if (kind == 0) {
            vm.assume(cases > 0);
            bytes32 used = bytes32(1 + (seed >> 16) % cases);
            refuse(address(registry), slashModule, "slash twice", abi.encodeCall(registry.slash, (provider, 1, provider, 0, used)));
        }
        if (kind == 1) {
            vm.assume(thawing[provider] > 0 && vm.getBlockTimestamp() < thawEnd[provider]);
            refuse(address(registry), provider, "withdraw early", abi.encodeCall(registry.withdrawStakeTo, (provider)));
        }
        if (kind == 2) {
            uint256 bound_ = exposureOf(provider);
            uint256 tooMuch = staked[provider] >= bound_ ? staked[provider] - bound_ + 1 : 1;
            refuse(address(registry), provider, "unstake what is bound", abi.encodeCall(registry.requestUnstake, (uint128(tooMuch))));
        }
        if (kind == 3) {
            uint16 tooMany = registry.MAX_BENEFICIARY_BPS() + 1;
            bytes memory data = abi.encodeCall(registry.slash, (provider, 1e6, provider, tooMany, bytes32(seed)));
            refuse(address(registry), slashModule, "finder's part", data);
        }
    }

    function bookSlash(address provider, uint128 amount, uint128 taken) private {
        if (taken > amount || taken > staked[provider] + thawing[provider]) reportBreach("slash above its limit");
        slashed[provider] += taken;
        uint256 fromStake = taken < staked[provider] ? taken : staked[provider];
        staked[provider] -= fromStake;
        thawing[provider] -= taken - fromStake;
    }
}
