// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {TestUSDC} from "../../contracts/mocks/TestUSDC.sol";
import {TestUSDCLedger} from "../../contracts/mocks/TestUSDCLedger.sol";
import {TestUSDCProxy} from "../../contracts/mocks/TestUSDCProxy.sol";
import {Protocol} from "./support/Protocol.sol";

// the token as an ERC-20: transfer, transferFrom, allowances, minting, burning
// given it is paused → nothing moves, no allowance changes
// given an account is blacklisted → it neither pays, receives nor spends; its balance stays
// the proxy: its admin alone upgrades it and cannot use it
contract TestUSDCTest is Protocol {
    string private constant PAUSED = "Pausable: paused";
    string private constant BLACKLISTED = "Blacklistable: account is blacklisted";

    function test_Names() external view {
        assertEq(usdc.name(), "USD Coin");
        assertEq(usdc.symbol(), "USDC");
        assertEq(usdc.version(), "2");
        assertEq(usdc.decimals(), 6);
        assertEq(usdc.DOMAIN_SEPARATOR(), tokenDomain(), "domain");
        assertEq(usdc.totalSupply(), 3 * WEALTH);
    }

    function testFuzz_Transfer(uint256 amount) external {
        amount = bound(amount, 0, WEALTH);
        vm.expectEmit(address(usdc));
        emit TestUSDCLedger.Transfer(client.addr, treasury, amount);
        vm.prank(client.addr);
        assertTrue(usdc.transfer(treasury, amount));
        assertEq(usdc.balanceOf(client.addr), WEALTH - amount);
        assertEq(usdc.balanceOf(treasury), amount);
    }

    function testFuzz_Transfer_GivenTooLittle(uint256 amount) external {
        amount = bound(amount, WEALTH + 1, type(uint256).max);
        vm.expectRevert(bytes("ERC20: transfer amount exceeds balance"));
        vm.prank(client.addr);
        usdc.transfer(treasury, amount);
        vm.expectRevert(bytes("ERC20: transfer to the zero address"));
        vm.prank(client.addr);
        usdc.transfer(address(0), 0);
    }

    function testFuzz_TransferFrom(uint256 allowed, uint256 amount) external {
        allowed = bound(allowed, 0, WEALTH);
        amount = bound(amount, 0, allowed);
        vm.prank(client.addr);
        usdc.approve(stranger.addr, allowed);
        vm.startPrank(stranger.addr);
        usdc.transferFrom(client.addr, treasury, amount);
        assertEq(usdc.allowance(client.addr, stranger.addr), allowed - amount);
        vm.expectRevert(bytes("ERC20: transfer amount exceeds allowance"));
        usdc.transferFrom(client.addr, treasury, allowed - amount + 1);
        vm.stopPrank();
    }

    function testFuzz_Allowance(uint128 first, uint128 more, uint256 less) external {
        less = bound(less, 0, uint256(first) + more);
        vm.startPrank(client.addr);
        usdc.approve(stranger.addr, first);
        usdc.increaseAllowance(stranger.addr, more);
        usdc.decreaseAllowance(stranger.addr, less);
        assertEq(usdc.allowance(client.addr, stranger.addr), uint256(first) + more - less);
        vm.expectRevert(bytes("ERC20: decreased allowance below zero"));
        usdc.decreaseAllowance(stranger.addr, uint256(first) + more - less + 1);
        vm.stopPrank();
    }

    function testFuzz_Mint(uint128 amount, uint128 allowed) external {
        allowed = uint128(bound(allowed, 1, type(uint128).max - 1));
        amount = uint128(bound(amount, 1, allowed));
        vm.expectRevert(bytes("FiatToken: caller is not the masterMinter"));
        usdc.configureMinter(stranger.addr, allowed);
        vm.expectRevert(bytes("FiatToken: caller is not a minter"));
        usdc.mint(treasury, amount);
        vm.prank(tokenAdmin);
        usdc.configureMinter(stranger.addr, allowed);
        vm.startPrank(stranger.addr);
        usdc.mint(treasury, amount);
        assertEq(usdc.balanceOf(treasury), amount);
        assertEq(usdc.minterAllowance(stranger.addr), allowed - amount);
        vm.expectRevert(bytes("FiatToken: mint amount exceeds minterAllowance"));
        usdc.mint(treasury, allowed - amount + 1);
        usdc.burn(1);
        assertEq(usdc.balanceOf(stranger.addr), WEALTH - 1);
        vm.stopPrank();
    }

    function test_GivenItIsPaused() external {
        vm.expectRevert(bytes("Pausable: caller is not the pauser"));
        usdc.pause();
        vm.prank(tokenAdmin);
        usdc.pause();
        vm.startPrank(client.addr);
        vm.expectRevert(bytes(PAUSED));
        usdc.transfer(treasury, 1);
        vm.expectRevert(bytes(PAUSED));
        usdc.approve(treasury, 1);
        vm.expectRevert(bytes(PAUSED));
        usdc.permit(client.addr, treasury, 1, 0, "");
        vm.expectRevert(bytes(PAUSED));
        usdc.receiveWithAuthorization(stranger.addr, client.addr, 1, 0, 0, 0, "");
        vm.expectRevert(bytes(PAUSED));
        usdc.cancelAuthorization(client.addr, 0, "");
        vm.stopPrank();
        vm.prank(tokenAdmin);
        usdc.unpause();
        vm.prank(client.addr);
        usdc.transfer(treasury, 1);
    }

    function testFuzz_GivenABlacklistedAccount(uint128 amount) external {
        amount = uint128(bound(amount, 1, WEALTH));
        vm.expectRevert(bytes("Blacklistable: caller is not the blacklister"));
        usdc.blacklist(client.addr);
        vm.prank(tokenAdmin);
        usdc.blacklist(client.addr);
        assertTrue(usdc.isBlacklisted(client.addr));
        assertEq(usdc.balanceOf(client.addr), WEALTH, "the balance stays");
        vm.expectRevert(bytes(BLACKLISTED));
        vm.prank(client.addr);
        usdc.transfer(treasury, amount);
        vm.expectRevert(bytes(BLACKLISTED));
        vm.prank(stranger.addr);
        usdc.transfer(client.addr, amount);
        vm.prank(provider.addr);
        usdc.approve(client.addr, amount);
        vm.expectRevert(bytes(BLACKLISTED));
        vm.prank(client.addr);
        usdc.transferFrom(provider.addr, treasury, amount);
        vm.prank(tokenAdmin);
        usdc.unBlacklist(client.addr);
        vm.prank(client.addr);
        usdc.transfer(treasury, amount);
        assertEq(usdc.balanceOf(client.addr), WEALTH - amount, "later it leaves");
    }

    function test_Initialize_IsDoneOnce() external {
        vm.expectRevert(bytes("FiatToken: contract is already initialized"));
        usdc.initialize(stranger.addr);
    }

    function test_Proxy() external {
        TestUSDCProxy proxy = TestUSDCProxy(address(usdc));
        address proxyAdmin = makeAddr("proxy admin");
        address next = address(new TestUSDC());
        vm.expectRevert(abi.encodeWithSelector(TestUSDCProxy.NotAdmin.selector, address(this)));
        proxy.upgradeTo(next);
        vm.startPrank(proxyAdmin);
        vm.expectRevert(TestUSDCProxy.AdminCannotFallBack.selector);
        usdc.transfer(treasury, 0);
        vm.expectRevert(abi.encodeWithSelector(TestUSDCProxy.NoCode.selector, treasury));
        proxy.upgradeTo(treasury);
        proxy.upgradeTo(next);
        vm.stopPrank();
        assertEq(usdc.balanceOf(client.addr), WEALTH, "balances stay");
    }
}
