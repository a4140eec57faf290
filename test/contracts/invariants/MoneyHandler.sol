// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SignedBy} from "./SignedBy.sol";

/// @notice Money that comes into and goes out of the escrow, and what its rulers may do.
abstract contract MoneyHandler is SignedBy {
    uint256 private salts;

    function deposit(uint256 seed) external {
        seed = mixed(seed);
        address account = payer(seed).addr;
        uint64 amount = uint64(1 + (seed >> 8) % 50e6);
        vm.assume(wallet[account] >= amount && tokenServes(account) && !escrow.creationPaused());
        vm.prank(account);
        escrow.deposit(amount);
        moved(account, address(escrow), amount);
        available[account] += amount;
    }

    function depositWithAuthorization(uint256 seed) external {
        seed = mixed(seed);
        Key memory from = payer(seed);
        uint64 amount = uint64(1 + (seed >> 8) % 50e6);
        vm.assume(wallet[from.addr] >= amount && tokenServes(from.addr) && !escrow.creationPaused());
        bytes32 salt = bytes32(++salts);
        bytes memory signature = signedPayment(from, amount, depositNonce(from.addr, amount, salt));
        vm.prank(relayer);
        escrow.depositWithAuthorization(from.addr, amount, salt, 0, type(uint256).max, signature);
        moved(from.addr, address(escrow), amount);
        available[from.addr] += amount;
    }

    function withdraw(uint256 seed) external {
        seed = mixed(seed);
        address account = seed & 1 == 0 ? payer(seed >> 1).addr : providers[(seed >> 1) % PROVIDERS].addr;
        address to = (seed >> 16) & 1 == 0 ? account : treasury;
        vm.assume(available[account] > 0 && tokenServes(to));
        uint64 amount = uint64(bound(seed >> 32, 1, available[account]));
        if (amount > 20e6) amount = 20e6;
        vm.prank(account);
        escrow.withdraw(to, amount);
        moved(address(escrow), to, amount);
        available[account] -= amount;
    }

    function claimRoyalty(uint256 seed) external {
        seed = mixed(seed);
        bytes32 modelKey = modelKeys[seed % modelKeys.length];
        address owner = models.termsOf(modelKey).owner;
        vm.assume(royalties[modelKey] > 0 && tokenServes(owner));
        vm.prank(owner);
        escrow.claimRoyalty(modelKey, owner);
        moved(address(escrow), owner, royalties[modelKey]);
        royalties[modelKey] = 0;
    }

    /// @dev Of some models, one of them named twice.
    function collectFees(uint256 seed) external {
        seed = mixed(seed);
        bytes32[] memory keys = new bytes32[](3);
        keys[0] = modelKeys[seed % modelKeys.length];
        keys[1] = modelKeys[(seed >> 8) % modelKeys.length];
        keys[2] = keys[0];
        uint256 amount = fees[keys[0]] + (keys[1] == keys[0] ? 0 : fees[keys[1]]);
        vm.assume(amount > 0 && tokenServes(treasury));
        vm.prank(governor);
        escrow.collectFees(keys, treasury);
        moved(address(escrow), treasury, amount);
        (fees[keys[0]], fees[keys[1]]) = (0, 0);
    }

    function changeFee(uint256 seed) external {
        seed = mixed(seed);
        vm.assume(vm.getBlockTimestamp() >= feeChangedAt + FEE_CHANGE_INTERVAL);
        uint16 feeBps = uint16(seed % (MAX_FEE_BPS + 1));
        uint16 before = escrow.feeBps();
        vm.assume(feeBps != before);
        vm.prank(governor);
        escrow.setFee(feeBps);
        (feeBefore, feeChangedAt) = (before, vm.getBlockTimestamp());
    }

    function pauseCreation(uint256 seed) external {
        seed = mixed(seed);
        vm.assume(!escrow.creationPaused() && seed % 8 == 0);
        vm.prank(guardian);
        escrow.pauseCreation();
    }

    function unpauseCreation(uint256) external {
        vm.assume(escrow.creationPaused());
        vm.prank(governor);
        escrow.unpauseCreation();
    }
}
