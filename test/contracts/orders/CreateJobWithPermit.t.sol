// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {CoreDeployer} from "../../../contracts/CoreDeployer.sol";
import {IEscrowAccounts} from "../../../contracts/interfaces/IEscrowAccounts.sol";
import {IEscrowOrders} from "../../../contracts/interfaces/IEscrowOrders.sol";
import {IJobEscrow} from "../../../contracts/interfaces/IJobEscrow.sol";
import {ProviderRegistry} from "../../../contracts/ProviderRegistry.sol";
import {MischievousToken} from "../../../contracts/mocks/MischievousToken.sol";
import {Protocol} from "../support/Protocol.sol";

// createJobWithPermit
// ├── given the caller is not the client → NotClient, whatever the client allowed
// ├── given the id was opened before → returns the id, neither permit nor token is touched
// ├── given it was revoked → WrongStatus
// ├── given terms that may not open → the same errors as createJob; the permit is still good
// ├── when the permit is the client's, for the price, in time → open, paid from its wallet, its balance here untouched
// ├── given somebody used the permit first → open, by the allowance that it left
// ├── given no permit at all → open if an allowance is there, else the token's reason
// ├── given the permit is late, for too little, for another spender, or another's → the token's reason
// ├── given the token is paused, or a party blacklisted, or too poor → the token's reason; later it works
// └── given a token that keeps a part or calls back → UnexpectedTokenDelta, or refused entry
contract CreateJobWithPermitTest is Protocol {
    bytes32 private constant PERMIT_TYPEHASH =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");
    uint256 private constant FOREVER = type(uint256).max;

    struct Permit {
        uint256 deadline;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    Key private buyer = makeKey("buyer");
    IJobEscrow.JobParams private params;
    bytes32 private jobId;

    function setUp() public override {
        super.setUp();
        vm.prank(tokenAdmin);
        usdc.mint(buyer.addr, WEALTH);
        params = jobParams();
        params.client = buyer.addr;
        jobId = documentedJobId(params);
    }

    function testFuzz_CreateJobWithPermit(uint64 price, uint96 nonce, uint256 deadline) external {
        params.price = uint64(bound(price, FLOOR, WEALTH));
        params.nonce = nonce;
        jobId = documentedJobId(params);
        deadline = bound(deadline, vm.getBlockTimestamp(), FOREVER);
        Permit memory permit = permitOf(buyer, address(escrow), params.price, deadline);
        vm.expectEmit(address(escrow));
        emit IJobEscrow.JobOpened(jobId, provider.addr, MODEL, params);
        assertEq(create(permit), jobId, "returned id");
        assertStatus(jobId, IJobEscrow.Status.Open);
        assertEq(usdc.balanceOf(buyer.addr), WEALTH - params.price, "wallet");
        assertEq(usdc.balanceOf(address(escrow)), params.price, "escrow");
        assertEq(availableOf(buyer.addr), 0, "balance in the books");
        assertEq(usdc.allowance(buyer.addr, address(escrow)), 0, "nothing is left of the allowance");
    }

    function test_CreateJobWithPermit_GivenAnotherCaller() external {
        params.client = client.addr;
        Permit memory permit = goodPermit();
        vm.expectRevert(
            abi.encodeWithSelector(IJobEscrow.NotClient.selector, documentedJobId(params), stranger.addr)
        );
        vm.prank(stranger.addr);
        escrow.createJobWithPermit(params, "", permit.deadline, permit.v, permit.r, permit.s);
        assertEq(usdc.balanceOf(client.addr), WEALTH, "its allowance is for itself");
    }

    function test_CreateJobWithPermit_AgainChangesNothing() external {
        create(goodPermit());
        Permit memory permit = goodPermit();
        vm.prank(tokenAdmin);
        usdc.pause();
        assertEq(create(permit), jobId, "same id");
        vm.prank(provider.addr);
        escrow.decline(params);
        assertEq(create(permit), jobId, "same id once refunded");
        assertEq(usdc.nonces(buyer.addr), 1, "the second permit is not used");
        assertEq(usdc.balanceOf(buyer.addr), WEALTH - PRICE, "paid once");
        assertEq(availableOf(buyer.addr), PRICE, "refunded once");
    }

    function test_CreateJobWithPermit_GivenItWasRevoked() external {
        vm.prank(buyer.addr);
        escrow.revoke(params);
        Permit memory permit = goodPermit();
        expectWrongStatus(jobId, IJobEscrow.Status.Revoked);
        create(permit);
    }

    function test_CreateJobWithPermit_GivenTermsThatMayNotOpen() external {
        Permit memory permit = goodPermit();
        params.feeBps = FEE_BPS + 1;
        vm.expectRevert(abi.encodeWithSelector(IJobEscrow.StaleTerms.selector, FLOOR, ROYALTY_BPS, FEE_BPS));
        create(permit);
        params.feeBps = FEE_BPS;
        vm.prank(guardian);
        escrow.pauseCreation();
        vm.expectRevert(IEscrowAccounts.CreationPaused.selector);
        create(permit);
        vm.prank(owner);
        escrow.unpauseCreation();
        assertEq(create(permit), jobId, "the permit is still good");
    }

    function test_CreateJobWithPermit_GivenSomebodyUsedThePermitFirst() external {
        Permit memory permit = goodPermit();
        vm.prank(stranger.addr);
        usdc.permit(buyer.addr, address(escrow), PRICE, permit.deadline, permit.v, permit.r, permit.s);
        assertEq(create(permit), jobId, "opened");
        assertEq(usdc.balanceOf(buyer.addr), WEALTH - PRICE, "paid");
        assertEq(usdc.nonces(buyer.addr), 1, "one permit");
    }

    function testFuzz_CreateJobWithPermit_GivenAnAllowanceInsteadOfAPermit(Permit memory nonsense) external {
        vm.prank(buyer.addr);
        usdc.approve(address(escrow), PRICE);
        assertEq(create(nonsense), jobId, "opened");
        assertEq(usdc.balanceOf(buyer.addr), WEALTH - PRICE, "paid");
    }

    /// @dev For one of the token's reasons: it looks at the deadline first, then at the parts of the signature.
    function testFuzz_CreateJobWithPermit_GivenNeitherPermitNorAllowance(Permit memory nonsense) external {
        vm.expectRevert();
        create(nonsense);
        assertStatus(jobId, IJobEscrow.Status.None);
    }

    function test_CreateJobWithPermit_GivenAnUnfitPermit() external {
        string memory reason = "EIP2612: invalid signature";
        Permit memory late = permitOf(buyer, address(escrow), PRICE, vm.getBlockTimestamp() - 1);
        expectRefusal(late, "FiatTokenV2: permit is expired");
        expectRefusal(permitOf(buyer, address(escrow), PRICE - 1, FOREVER), reason);
        expectRefusal(permitOf(buyer, address(registry), PRICE, FOREVER), reason);
        expectRefusal(permitOf(stranger, address(escrow), PRICE, FOREVER), reason);
    }

    function test_CreateJobWithPermit_GivenTheTokenRefuses() external {
        Permit memory permit = goodPermit();
        vm.prank(tokenAdmin);
        usdc.pause();
        expectRefusal(permit, "Pausable: paused");
        vm.startPrank(tokenAdmin);
        usdc.unpause();
        usdc.blacklist(buyer.addr);
        vm.stopPrank();
        expectRefusal(permit, "Blacklistable: account is blacklisted");
        vm.prank(tokenAdmin);
        usdc.unBlacklist(buyer.addr);
        vm.prank(buyer.addr);
        usdc.transfer(stranger.addr, WEALTH);
        expectRefusal(permit, "ERC20: transfer amount exceeds balance");
        vm.prank(stranger.addr);
        usdc.transfer(buyer.addr, PRICE);
        assertEq(create(permit), jobId, "later it works");
    }

    function test_CreateJobWithPermit_GivenATokenThatKeepsAPartOrCallsBack() external {
        MischievousToken token = useMischievousToken();
        Permit memory none;
        token.setKept(1);
        vm.expectRevert(abi.encodeWithSelector(IEscrowAccounts.UnexpectedTokenDelta.selector, PRICE, PRICE - 1));
        create(none);
        token.setKept(0);
        bytes[3] memory calls = [
            abi.encodeCall(IJobEscrow.createJobs, (new IJobEscrow.SignedJob[](0))),
            abi.encodeCall(IEscrowOrders.settleOrders, (new IEscrowOrders.OrderSettlement[](0))),
            abi.encodeCall(IJobEscrow.createJobWithPermit, (params, "", 0, 0, 0, 0))
        ];
        for (uint256 i; i < calls.length; ++i) {
            token.setHook(address(escrow), calls[i]);
            vm.expectRevert(ReentrancyGuardTransient.ReentrancyGuardReentrantCall.selector);
            create(none);
        }
        token.setHook(address(0), "");
        assertStatus(create(none), IJobEscrow.Status.Open);
    }

    function useMischievousToken() private returns (MischievousToken token) {
        token = new MischievousToken();
        ProviderRegistry.Config memory config = registryConfig();
        config.token = address(token);
        bytes memory arguments = abi.encode(config, escrowConfig());
        CoreDeployer core = CoreDeployer(deploy("CoreDeployer.sol:CoreDeployer", arguments));
        (registry, escrow) = (core.PROVIDER_REGISTRY(), core.JOB_ESCROW());
        token.mint(buyer.addr, WEALTH);
        vm.startPrank(buyer.addr);
        token.approve(address(escrow), WEALTH);
        token.approve(address(registry), WEALTH);
        registry.stake(provider.addr, MINIMUM_STAKE);
        vm.stopPrank();
    }

    function goodPermit() private view returns (Permit memory permit) {
        return permitOf(buyer, address(escrow), PRICE, FOREVER);
    }

    function permitOf(Key memory signer, address spender, uint256 value, uint256 deadline)
        private
        view
        returns (Permit memory permit)
    {
        bytes32 structHash =
            keccak256(abi.encode(PERMIT_TYPEHASH, signer.addr, spender, value, usdc.nonces(signer.addr), deadline));
        (permit.v, permit.r, permit.s) = vm.sign(signer.secret, digestOf(tokenDomain(), structHash));
        permit.deadline = deadline;
    }

    function create(Permit memory permit) private returns (bytes32) {
        vm.prank(buyer.addr);
        return escrow.createJobWithPermit(params, "", permit.deadline, permit.v, permit.r, permit.s);
    }

    function expectRefusal(Permit memory permit, string memory reason) private {
        uint256 balance = usdc.balanceOf(buyer.addr);
        vm.expectRevert(bytes(reason));
        create(permit);
        assertEq(usdc.balanceOf(buyer.addr), balance, "nothing charged");
        assertStatus(jobId, IJobEscrow.Status.None);
    }
}
