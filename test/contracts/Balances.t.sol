// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IEscrowAccounts} from "../../contracts/interfaces/IEscrowAccounts.sol";
import {Protocol} from "./support/Protocol.sol";

// deposit, depositWithAuthorization
// ├── when the amount is zero → ZeroAmount
// ├── given creation is paused → CreationPaused
// ├── given the token refuses (funds, allowance, pause, signature) → the token's reason
// ├── when a signed deposit is repeated → the token's reason; with another salt it is another deposit
// └── else → the balance grows by the amount, whoever relays
// withdraw
// ├── when the amount is zero, or the payee is zero or the escrow → ZeroAmount, InvalidRecipient
// ├── given too little is available → InsufficientBalance
// ├── given the token is paused or a party blacklisted → the token's reason; the balance stays and leaves later
// └── else → the amount leaves at once
contract BalancesTest is Protocol {
    bytes32 private constant SALT = "salt";

    function testFuzz_Deposit(uint64 amount) external {
        amount = uint64(bound(amount, 1, WEALTH));
        vm.expectEmit(address(escrow));
        emit IEscrowAccounts.Deposited(client.addr, client.addr, amount);
        depositFor(client, amount);
        assertEq(availableOf(client.addr), amount, "balance");
        assertEq(usdc.balanceOf(address(escrow)), amount, "escrow");
    }

    function test_Deposit_WhenZero() external {
        vm.expectRevert(IEscrowAccounts.ZeroAmount.selector);
        depositFor(client, 0);
    }

    function test_Deposit_GivenCreationIsPaused() external {
        vm.prank(guardian);
        escrow.pauseCreation();
        vm.expectRevert(IEscrowAccounts.CreationPaused.selector);
        depositFor(client, 1);
        vm.expectRevert(IEscrowAccounts.CreationPaused.selector);
        escrow.depositWithAuthorization(client.addr, 1, SALT, 0, type(uint256).max, "");
    }

    function test_Deposit_GivenTheTokenRefuses() external {
        vm.expectRevert(bytes("ERC20: transfer amount exceeds balance"));
        depositFor(client, uint64(WEALTH + 1));
        vm.prank(client.addr);
        usdc.approve(address(escrow), 1);
        vm.expectRevert(bytes("ERC20: transfer amount exceeds allowance"));
        depositFor(client, 2);
        vm.prank(tokenAdmin);
        usdc.pause();
        vm.expectRevert(bytes("Pausable: paused"));
        depositFor(client, 1);
    }

    function testFuzz_DepositWithAuthorization(uint64 amount, bytes32 salt) external {
        amount = uint64(bound(amount, 1, WEALTH));
        bytes memory signature = signedDeposit(amount, salt);
        vm.expectEmit(address(escrow));
        emit IEscrowAccounts.Deposited(client.addr, client.addr, amount);
        vm.prank(stranger.addr);
        escrow.depositWithAuthorization(client.addr, amount, salt, 0, type(uint256).max, signature);
        assertEq(availableOf(client.addr), amount, "balance");
        assertEq(availableOf(stranger.addr), 0, "relay");
    }

    function test_DepositWithAuthorization_WhenRepeated() external {
        bytes memory signature = signedDeposit(5, SALT);
        escrow.depositWithAuthorization(client.addr, 5, SALT, 0, type(uint256).max, signature);
        vm.expectRevert(bytes("FiatTokenV2: authorization is used or canceled"));
        escrow.depositWithAuthorization(client.addr, 5, SALT, 0, type(uint256).max, signature);
        bytes memory another = signedDeposit(5, "another salt");
        escrow.depositWithAuthorization(client.addr, 5, "another salt", 0, type(uint256).max, another);
        assertEq(availableOf(client.addr), 10, "two deposits");
    }

    function test_DepositWithAuthorization_WhenAmountSaltOrPayerDiffers() external {
        bytes memory signature = signedDeposit(5, SALT);
        bytes memory reason = "FiatTokenV2: invalid signature";
        vm.expectRevert(reason);
        escrow.depositWithAuthorization(client.addr, 6, SALT, 0, type(uint256).max, signature);
        vm.expectRevert(reason);
        escrow.depositWithAuthorization(client.addr, 5, "another salt", 0, type(uint256).max, signature);
        vm.expectRevert(reason);
        escrow.depositWithAuthorization(stranger.addr, 5, SALT, 0, type(uint256).max, signature);
    }

    function test_DepositWithAuthorization_WhenZero() external {
        vm.expectRevert(IEscrowAccounts.ZeroAmount.selector);
        escrow.depositWithAuthorization(client.addr, 0, SALT, 0, type(uint256).max, "");
    }

    function testFuzz_Withdraw(uint64 deposited, uint64 amount) external {
        deposited = uint64(bound(deposited, 1, WEALTH));
        amount = uint64(bound(amount, 1, deposited));
        depositFor(client, deposited);
        vm.expectEmit(address(escrow));
        emit IEscrowAccounts.Withdrawn(client.addr, treasury, amount);
        withdraw(treasury, amount);
        assertEq(usdc.balanceOf(treasury), amount, "payee");
        assertEq(availableOf(client.addr), deposited - amount, "balance");
    }

    function testFuzz_Withdraw_GivenTooLittle(uint64 deposited, uint64 amount) external {
        deposited = uint64(bound(deposited, 1, WEALTH));
        amount = uint64(bound(amount, uint256(deposited) + 1, type(uint64).max));
        depositFor(client, deposited);
        vm.expectRevert(
            abi.encodeWithSelector(IEscrowAccounts.InsufficientBalance.selector, client.addr, deposited, amount)
        );
        withdraw(client.addr, amount);
    }

    function test_Withdraw_WhenThereIsNothingOrNobodyToPay() external {
        depositFor(client, 5);
        vm.expectRevert(IEscrowAccounts.ZeroAmount.selector);
        withdraw(client.addr, 0);
        vm.expectRevert(abi.encodeWithSelector(IEscrowAccounts.InvalidRecipient.selector, address(0)));
        withdraw(address(0), 1);
        vm.expectRevert(abi.encodeWithSelector(IEscrowAccounts.InvalidRecipient.selector, address(escrow)));
        withdraw(address(escrow), 1);
    }

    function test_Withdraw_GivenTheTokenRefuses() external {
        depositFor(client, 5);
        vm.prank(tokenAdmin);
        usdc.pause();
        vm.expectRevert(bytes("Pausable: paused"));
        withdraw(client.addr, 5);
        vm.startPrank(tokenAdmin);
        usdc.unpause();
        usdc.blacklist(client.addr);
        vm.stopPrank();
        vm.expectRevert(bytes("Blacklistable: account is blacklisted"));
        withdraw(client.addr, 5);
        assertEq(availableOf(client.addr), 5, "entitled as before");
        withdraw(treasury, 5);
        assertEq(usdc.balanceOf(treasury), 5, "to another account it leaves");
    }

    function signedDeposit(uint64 amount, bytes32 salt) private view returns (bytes memory) {
        bytes32 typeHash = keccak256("Deposit(address from,uint64 amount,bytes32 salt)");
        bytes32 nonce = keccak256(abi.encode(typeHash, client.addr, amount, salt));
        return sign(client.secret, receiveDigest(client.addr, amount, nonce));
    }

    function withdraw(address to, uint64 amount) private {
        vm.prank(client.addr);
        escrow.withdraw(to, amount);
    }
}
